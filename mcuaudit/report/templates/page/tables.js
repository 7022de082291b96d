// Tables can be sorted by their headings and filtered by a field above them. The page is complete without this script.
"use strict";
(() => {
  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  // Words in their own order, the worst first.
  const WORDS = ["locked out", "refused", "error", "expired", "undetermined", "unverified", "warning", "note", "accepted"];
  const FILTER_FROM = 5;
  const words = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  // The sort key of a cell: a date, a number, a word of the list above, else its text.
  const keyOf = (text) => {
    const date = /(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})/.exec(text);
    if (date && MONTHS.includes(date[2])) return [0, Date.UTC(date[3], MONTHS.indexOf(date[2]), date[1])];
    const number = /^(\d[\d,]*)(?= |$)/.exec(text);
    if (number) return [1, Number(number[1].replaceAll(",", ""))];
    const rank = WORDS.findIndex((word) => text.startsWith(word));
    return rank < 0 ? [3, text] : [2, rank];
  };
  const compare = ([kind, key], [otherKind, otherKey]) =>
    kind !== otherKind ? kind - otherKind : kind === 3 ? words.compare(key, otherKey) : key - otherKey;

  const sortBy = (table, column, heading, say) => {
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const keyed = [...body.rows].map((row) => [keyOf(textOf(row.cells[column])), textOf(row.cells[column]), row]);
    // Empty cells are last in both directions.
    const filled = keyed.filter(([, text]) => text !== "" && text !== "-");
    const empty = keyed.filter(([, text]) => text === "" || text === "-");
    filled.sort(([one], [other]) => (down ? compare(other, one) : compare(one, other)));
    body.append(...[...filled, ...empty].map(([, , row]) => row));
    say(`Sorted by ${textOf(heading)}, ${down ? "descending" : "ascending"}.`);
  };

  const makeSortable = (table, say) => {
    [...table.tHead.rows[0].cells].forEach((heading, column) => {
      if (textOf(heading) === "") return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => sortBy(table, column, heading, say));
    });
  };

  const makeFilter = (frame, table, say) => {
    const label = document.createElement("label");
    const field = document.createElement("input");
    field.type = "search";
    label.className = "filter";
    label.append(`Filter ${(frame.getAttribute("aria-label") || "rows").toLowerCase()} `, field);
    frame.before(label);
    const rows = [...table.tBodies[0].rows];
    const texts = new Map(rows.map((row) => [row, textOf(row).toLowerCase()]));
    field.addEventListener("input", () => {
      const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        row.hidden = !wanted.every((word) => texts.get(row).includes(word));
        shown += row.hidden ? 0 : 1;
      }
      say(wanted.length ? `${shown} of ${rows.length} rows shown.` : "");
    });
  };

  for (const frame of document.querySelectorAll(".scroll")) {
    const table = frame.querySelector("table");
    if (!table || !table.tHead || table.tBodies[0].rows.length < 2) continue;
    const status = document.createElement("p");
    status.className = "status";
    status.setAttribute("role", "status");
    frame.before(status);
    const say = (text) => { status.textContent = text; };
    makeSortable(table, say);
    if (table.tBodies[0].rows.length >= FILTER_FROM) makeFilter(frame, table, say);
  }
})();
