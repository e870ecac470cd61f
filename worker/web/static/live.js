// Replaces the live part by the newest state. Without this script the page reloads itself.
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
  // Not while the reader is selecting text or has focused a link.
  if (!live.contains(document.activeElement) && document.getSelection().isCollapsed) {
    live.innerHTML = event.data;
  }
  say("live", false);
});
source.addEventListener("error", () => say("connection lost, trying again", true));
