// What the other scripts of a page share.
"use strict";
const textOf = (element) => element.textContent.replace(/\s+/g, " ").trim();

// Opens each part around an element, and shows its row.
const reveal = (target) => {
  for (let part = target.parentElement; part; part = part.parentElement) {
    if (part.tagName === "DETAILS") part.open = true;
  }
  const row = target.closest("tr");
  if (row) row.hidden = false;
};

// What the part of an address after # leads to; one that is not well-formed leads nowhere.
const addressed = (hash) => {
  try {
    return document.getElementById(decodeURIComponent(hash.slice(1)));
  } catch {
    return null;
  }
};
