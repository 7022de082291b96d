// A field in the bar finds words in the whole page, in folded parts too, and a link into a folded part opens it.
"use strict";
(() => {
  const MOST = 12;
  const AROUND = 50;
  const PARTS = "h2, h3, tr, summary, dt, dd, figcaption, p:not(.status), li";
  const main = document.getElementById("content");
  const nav = document.querySelector("nav");
  const BLOCKS = new Set("SMALL DIV P UL OL LI DL DT DD DETAILS SUMMARY TABLE TR TH TD H3".split(" "));
  const wordsOf = (part) => {
    if (part.nodeType === Node.TEXT_NODE) return part.data;
    const inner = [...part.childNodes].map(wordsOf).join("");
    return BLOCKS.has(part.tagName) ? ` ${inner} ` : inner;
  };
  const spaced = (element) => wordsOf(element).replace(/\s+/g, " ").trim();

  const follow = () => {
    const target = addressed(location.hash);
    if (!target) return;
    reveal(target);
    target.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  follow();

  if (!nav || !main) return;

  // The innermost parts that have the words, each with the heading above it.
  let places = null;
  const read = () => {
    let heading = "";
    places = [];
    for (const element of main.querySelectorAll(PARTS)) {
      if (element.tagName === "H2") heading = spaced(element);
      const text = spaced(element);
      if (text) places.push({ element, text, low: text.toLowerCase(), heading });
    }
  };
  const find = (wanted) => {
    const found = places.filter((place) => wanted.every((word) => place.low.includes(word)));
    const elements = new Set(found.map((place) => place.element));
    const outer = new Set();
    for (const element of elements) {
      for (let part = element.parentElement; part && part !== main; part = part.parentElement) {
        if (elements.has(part)) outer.add(part);
      }
    }
    return found.filter((place) => !outer.has(place.element));
  };
  const excerpt = ({ text, low }, word) => {
    const start = Math.max(0, low.indexOf(word) - AROUND);
    const end = low.indexOf(word) + word.length + AROUND;
    return `${start > 0 ? "… " : ""}${text.slice(start, end)}${end < text.length ? " …" : ""}`;
  };

  const field = document.createElement("input");
  const panel = document.createElement("div");
  const status = document.createElement("p");
  const list = document.createElement("ol");
  field.type = "search";
  field.className = "search";
  field.placeholder = "Search";
  field.title = "Ctrl+K or ⌘K";
  field.setAttribute("aria-label", "Search this page");
  panel.className = "found";
  panel.hidden = true;
  status.setAttribute("role", "status");
  panel.append(status, list);
  nav.append(field, panel);

  const close = () => { panel.hidden = true; list.replaceChildren(); };
  const go = (element) => {
    close();
    reveal(element);
    for (const former of document.querySelectorAll(".found-here")) former.classList.remove("found-here");
    element.classList.add("found-here");
    if (element.tabIndex < 0 && !element.hasAttribute("tabindex")) {
      element.tabIndex = -1;
      element.addEventListener("blur", () => element.removeAttribute("tabindex"), { once: true });
    }
    element.scrollIntoView({ block: "center" });
    element.focus({ preventScroll: true });
  };
  const show = () => {
    const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (!wanted.length) return close();
    if (!places) read();
    const found = find(wanted);
    list.replaceChildren(...found.slice(0, MOST).map((place) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      const where = document.createElement("small");
      button.type = "button";
      where.textContent = place.heading;
      button.append(excerpt(place, wanted[0]), where);
      button.addEventListener("click", () => go(place.element));
      item.append(button);
      return item;
    }));
    const rest = found.length > MOST ? `; the first ${MOST} are listed` : "";
    status.textContent = found.length === 1 ? "1 place." : `${found.length || "No"} places${rest}.`;
    panel.hidden = false;
  };
  field.addEventListener("input", show);
  nav.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === "Escape") { field.value = ""; close(); field.focus(); }
    else if (event.key === "Enter" && document.activeElement === field && buttons.length) buttons[0].click();
    else if (event.key === "ArrowDown" && buttons.length) buttons[Math.min(at + 1, buttons.length - 1)].focus();
    else if (event.key === "ArrowUp" && at >= 0) (at ? buttons[at - 1] : field).focus();
    else return;
    event.preventDefault();
  });
  // Elsewhere on the page, the list is in the way.
  nav.addEventListener("focusout", (event) => { if (!nav.contains(event.relatedTarget)) close(); });
  addEventListener("click", (event) => { if (!nav.contains(event.target)) close(); });
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      field.focus();
    }
  });
})();
