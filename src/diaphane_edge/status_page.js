"use strict";
// Draws the page anew from the gateway, and says so when the gateway no longer answers.

const SECONDS = 5;

async function refresh() {
  let drawn;
  try {
    const answer = await fetch("/", { cache: "no-store" });
    drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    document.getElementById("lost").hidden = false;
    return;
  }
  document.getElementById("lost").hidden = true;
  document.title = drawn.title;
  for (const part of ["drawn", "state"]) {
    const mine = document.getElementById(part);
    const theirs = drawn.getElementById(part);
    if (theirs && mine.innerHTML !== theirs.innerHTML) mine.innerHTML = theirs.innerHTML;
  }
}

setInterval(refresh, SECONDS * 1000);
