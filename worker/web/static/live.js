// Puts the newest state in place of the one before. Without this script the page reloads itself.
"use strict";
const live = document.getElementById("live");
const pulse = document.getElementById("pulse");
const source = new EventSource(live.dataset.events);
const say = (text, lost) => {
  pulse.textContent = text;
  pulse.classList.toggle("lost", lost);
  pulse.hidden = false;
};
source.addEventListener("status", (event) => {
  // A reader in the middle of a selection or a link keeps what it has.
  if (!live.contains(document.activeElement) && document.getSelection().isCollapsed) {
    live.innerHTML = event.data;
  }
  say("live", false);
});
source.addEventListener("error", () => say("connection lost, trying again", true));
