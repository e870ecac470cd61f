"""News for assistants: tools of the Model Context Protocol (`wiredesk mcp`).

`tools` answers questions from the store, through the functions that the API uses. `briefing` writes the
answers as Markdown. `framing` marks foreign text as data, and `budget` keeps answers short. `server` hands
the tools to the SDK, `http` serves them; only these two import it.
"""
