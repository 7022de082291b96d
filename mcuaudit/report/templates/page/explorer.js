// The explorer can be filtered, and a link opens what it leads to. The page is complete without this script.
(() => {
  const page = document.querySelector(".explorer");
  const unique = (words) => [...new Set(words)];

  // Each device with its site and lines, and of each line the types of connection and the outcome.
  const devices = [...page.querySelectorAll(".site")].flatMap((section) =>
    [...section.querySelectorAll(":scope > .card")].map((card) => ({
      card, section,
      site: textOf(section.querySelector("h2")),
      name: textOf(card.querySelector("summary strong")),
      id: card.querySelector("summary").title,
      lines: [...card.querySelectorAll(".proofs > li")].map((line) => ({
        line,
        types: textOf(line.querySelector("strong")).split(", "),
        outcome: textOf(line.querySelector(".chip")),
        text: textOf(line).toLowerCase(),
      })),
    })));
  const lines = devices.flatMap((device) => device.lines);
  const certificates = [...page.querySelectorAll(".certificates > .card")].map((card) => [card, textOf(card).toLowerCase()]);

  const bar = document.createElement("div");
  bar.className = "choices";
  bar.setAttribute("role", "search");
  bar.setAttribute("aria-label", "Filters");
  const labelled = (title, field) => {
    const label = document.createElement("label");
    label.append(title, field);
    bar.append(label);
    field.addEventListener("input", () => apply());
    return field;
  };
  const fill = (field, words) => {
    const chosen = field.value;
    field.replaceChildren(new Option("all", ""), ...words.map((word) => new Option(word, word)));
    field.value = words.includes(chosen) ? chosen : "";
  };
  const choice = (title, words) => {
    const field = labelled(title, document.createElement("select"));
    fill(field, unique(words));
    return field;
  };
  const button = (title, action) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = title;
    made.addEventListener("click", action);
    return made;
  };
  const site = choice("Site", devices.map((device) => device.site));
  const device = choice("Device", devices.map((one) => one.name));
  const type = choice("Connection", lines.flatMap((line) => line.types));
  const outcome = choice("Outcome", lines.map((line) => line.outcome));
  const search = labelled("Words", document.createElement("input"));
  search.type = "search";
  const buttons = document.createElement("div");
  buttons.className = "buttons";
  const status = document.createElement("p");
  status.className = "status";
  status.setAttribute("role", "status");
  bar.append(buttons);

  const apply = () => {
    fill(device, unique(devices.filter((one) => !site.value || one.site === site.value).map((one) => one.name)));
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shownDevices = 0;
    let shownLines = 0;
    const sections = new Set();
    for (const one of devices) {
      const ownWords = `${one.site} ${one.name} ${one.id}`.toLowerCase();
      const wanted = (!site.value || one.site === site.value) && (!device.value || one.name === device.value);
      let shown = 0;
      for (const line of one.lines) {
        line.line.hidden = !(wanted && (!type.value || line.types.includes(type.value))
          && (!outcome.value || line.outcome === outcome.value)
          && words.every((word) => line.text.includes(word) || ownWords.includes(word)));
        shown += line.line.hidden ? 0 : 1;
      }
      one.card.hidden = shown === 0;
      if (shown) sections.add(one.section);
      shownDevices += shown ? 1 : 0;
      shownLines += shown;
    }
    for (const section of page.querySelectorAll(".site")) section.hidden = !sections.has(section);
    let shownCertificates = 0;
    for (const [card, text] of certificates) {
      card.hidden = !words.every((word) => text.includes(word));
      shownCertificates += card.hidden ? 0 : 1;
    }
    status.textContent = `${shownDevices} of ${devices.length} devices, ${shownLines} of ${lines.length} lines and `
      + `${shownCertificates} of ${certificates.length} certificates shown; only words filter certificates.`;
  };
  const clear = () => {
    for (const field of [site, device, type, outcome, search]) field.value = "";
    apply();
  };

  // What a link leads to is shown and opened; in a frame of a notebook, the address of a link would be the notebook's.
  const show = (hash) => {
    const target = addressed(hash);
    if (!target) return false;
    if (target.closest("[hidden]")) clear();
    reveal(target);
    target.scrollIntoView();
    if (target.matches("summary")) target.focus();
    return true;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link || !page.contains(link)) return;
    if (show(link.getAttribute("href"))) {
      event.preventDefault();
      if (location.protocol !== "about:") history.pushState(null, "", link.getAttribute("href"));
    }
  });
  const follow = () => show(location.hash);
  addEventListener("popstate", follow);

  buttons.append(
    button("Open what is shown", () => {
      for (const one of devices) {
        if (one.card.hidden) continue;
        one.card.open = true;
        for (const details of one.card.querySelectorAll("details")) details.open = true;
      }
    }),
    button("Close all", () => { for (const details of page.querySelectorAll("details")) details.open = false; }),
    button("Show all", clear),
    status);
  page.querySelector(".site, .certificates").before(bar);
  apply();
  follow();
})();
