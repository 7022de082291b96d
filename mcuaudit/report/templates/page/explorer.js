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
      // Its certificate, its settings and the ids of its findings.
      facts: [...card.querySelectorAll(".two, .findings")].map(textOf).join(" "),
      lines: [...card.querySelectorAll(".proofs > li")].map((line) => ({
        line,
        types: textOf(line.querySelector("strong")).split(", "),
        outcome: textOf(line.querySelector(".chip")),
        text: textOf(line).toLowerCase(),
        // Accepted connections with the same paths share a line.
        count: Number(line.dataset.count ?? 1),
      })),
    })));
  const lines = devices.flatMap((device) => device.lines);
  const all = lines.reduce((sum, line) => sum + line.count, 0);
  // Each certificate with the ids of the sites that have it, and what it is.
  const certificates = [...page.querySelectorAll(".certificates > .card")].map((card) => ({
    card,
    text: textOf(card).toLowerCase(),
    sites: card.querySelector("summary").dataset.sites.split(" "),
    kinds: card.querySelector("summary").dataset.kinds.split(" "),
  }));
  const kinds = {
    "expired": "expired", [`expires within ${page.dataset.days} days`]: "soon", "CA": "authority",
    "presented in a connection": "presented",
  };
  const siteIds = Object.fromEntries(devices.map((device) => [device.site, device.section.querySelector("h2").id]));

  const bar = document.createElement("div");
  bar.className = "choices";
  bar.setAttribute("role", "search");
  bar.setAttribute("aria-label", "Filters");
  const labelled = (title, field) => {
    const label = document.createElement("label");
    label.append(title, field);
    bar.append(label);
    field.addEventListener("input", () => { apply(); keep(); });
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
  const certificate = choice("Certificates", Object.keys(kinds));
  const search = labelled("Words", document.createElement("input"));
  search.type = "search";
  const fields = { site, device, connection: type, outcome, certificates: certificate, words: search };
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
      const ownWords = `${one.site} ${one.name} ${one.id} ${one.facts}`.toLowerCase();
      const wanted = (!site.value || one.site === site.value) && (!device.value || one.name === device.value);
      let shown = 0;
      for (const line of one.lines) {
        line.line.hidden = !(wanted && (!type.value || line.types.includes(type.value))
          && (!outcome.value || line.outcome === outcome.value)
          && words.every((word) => line.text.includes(word) || ownWords.includes(word)));
        shown += line.line.hidden ? 0 : line.count;
      }
      one.card.hidden = shown === 0;
      if (shown) sections.add(one.section);
      shownDevices += shown ? 1 : 0;
      shownLines += shown;
    }
    for (const section of page.querySelectorAll(".site")) section.hidden = !sections.has(section);
    let shownCertificates = 0;
    for (const { card, text, sites, kinds: own } of certificates) {
      card.hidden = !((!site.value || sites.includes(siteIds[site.value]))
        && (!certificate.value || own.includes(kinds[certificate.value]))
        && words.every((word) => text.includes(word)));
      shownCertificates += card.hidden ? 0 : 1;
    }
    const counted = `${shownDevices} of ${devices.length} devices, ${shownLines} of ${all} connections and logins, `
      + `${shownCertificates} of ${certificates.length} certificates`;
    status.textContent = shownDevices || shownCertificates ? `${counted}.`
      : `${counted}: nothing matches these filters. "Show all" clears them.`;
  };
  const clear = () => {
    for (const field of Object.values(fields)) field.value = "";
    apply();
  };

  // The address has the filters, so that it can be sent; in a frame of a notebook, it would be the notebook's.
  const hasAddress = location.protocol !== "about:";
  const keep = () => {
    const chosen = Object.entries(fields).filter(([, field]) => field.value).map(([name, field]) => [name, field.value]);
    const hash = chosen.length ? `#${new URLSearchParams(chosen)}` : "#";
    if (hasAddress) history.replaceState(null, "", hash);
  };
  const choose = (hash) => {
    const chosen = new URLSearchParams(hash.slice(1));
    for (const [name, field] of Object.entries(fields)) {
      const value = chosen.get(name) ?? "";
      field.value = value;
      if (field.value !== value) field.value = "";
      if (name === "site") apply();
    }
    apply();
  };

  // What a link leads to is shown and opened.
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
      if (hasAddress) history.pushState(null, "", link.getAttribute("href"));
    }
  });
  const follow = () => { if (!show(location.hash)) choose(location.hash); };
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
    button("Show all", () => { clear(); keep(); }),
    status);
  page.querySelector(".site, .certificates").before(bar);
  apply();
  follow();
})();
