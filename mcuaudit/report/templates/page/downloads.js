// A larger file is in the page compressed; a click saves it as it is. Without this script it is saved compressed.
"use strict";
(() => {
  if (typeof DecompressionStream === "undefined") return;

  const unpacked = async (address) => {
    const octets = Uint8Array.from(atob(address.slice(address.indexOf(",") + 1)), (one) => one.charCodeAt(0));
    const plain = new Blob([octets]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Blob([await new Response(plain).arrayBuffer()], { type: "application/octet-stream" });
  };

  const save = (content, name) => {
    const address = URL.createObjectURL(content);
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  };

  for (const link of document.querySelectorAll("a[data-file]")) {
    link.addEventListener("click", (event) => {
      if (!link.dataset.file) return;
      event.preventDefault();
      unpacked(link.href).then(
        (content) => save(content, link.dataset.file),
        () => { link.removeAttribute("data-file"); link.click(); },
      );
    });
  }
})();
