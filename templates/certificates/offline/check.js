/* Stands after noble-ed25519 in the same module, whose verifyAsync it calls; the braces keep its names apart. */
{
  const data = JSON.parse(document.getElementById("data").textContent);
  const answer = document.getElementById("answer");
  const field = document.getElementById("code");

  /* Bytes of base64url without padding; null unless it is the one way to write them. */
  const bytesOf = (text) => {
    if (!/^[\w-]*$/.test(text)) return null;
    try {
      const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
      const again = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
      return again === text ? Uint8Array.from(binary, (c) => c.charCodeAt(0)) : null;
    } catch {
      return null;
    }
  };

  /* The parts of what somebody pasted: the whole address, or what stands after # in it. Line breaks do not matter. */
  const partsOf = (pasted) => {
    const text = pasted.replace(/\s/g, "");
    const [facts, kid, signature, more] = text.slice(text.lastIndexOf("#") + 1).split(".");
    const parts = { facts: bytesOf(facts), kid, signature: bytesOf(signature ?? ""), named: text.match(/\/verify\/([^/?#]+)#/)?.[1] };
    const whole = parts.facts?.length && kid?.length >= 8 && parts.signature?.length === 64 && more === undefined;
    return whole ? parts : null;
  };

  const signed = async (parts, key) => {
    try {
      return await verifyAsync(parts.signature, parts.facts, bytesOf(key.x), { zip215: false });
    } catch {
      return false;
    }
  };

  const factsOf = (bytes) => {
    const listed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const [version, number, name, organization, category, title, edition, completed, issued, until, percent, demonstration] = listed;
    const kind = category === null ? "attendance" : category === 0 ? "program" : "category";
    return { version, number, name, organization, category, title, edition, completed, issued, until, percent, demonstration, kind };
  };

  /* The day of the program at this moment, by the clock of this device. */
  const today = () => {
    const format = new Intl.DateTimeFormat("en", { timeZone: data.zone, year: "numeric", month: "2-digit", day: "2-digit" });
    const found = Object.fromEntries(format.formatToParts(new Date()).map((part) => [part.type, part.value]));
    return `${found.year}-${found.month}-${found.day}`;
  };

  const inWords = (day) =>
    new Intl.DateTimeFormat(data.language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));

  /* What is to be said of it: the name of a template, and what fills it. */
  const judge = async (pasted) => {
    if (!globalThis.crypto?.subtle) return ["unable", {}];
    const parts = partsOf(pasted);
    if (!parts) return ["unreadable", {}];
    const named = data.keys.filter((key) => key.id.startsWith(parts.kid));
    if (!named.length) return ["foreign", {}];
    let key = null;
    for (const one of named) if (await signed(parts, one)) key = one;
    if (!key) return ["changed", {}];
    if (key.revoked) return ["revoked", { day: key.revoked }];
    const facts = factsOf(parts.facts);
    if (facts.version !== data.version) return ["newer", {}];
    if (key.until && facts.issued > key.until) return ["retired", { day: key.until }];
    if (parts.named && parts.named !== facts.number) return ["other", facts];
    return [facts.until < today() ? "expired" : "valid", facts];
  };

  const DAYS = ["completed", "issued", "until", "day"];

  const fill = (element, facts) => {
    for (const row of element.querySelectorAll("[data-only]")) if (!row.dataset.only.split(" ").includes(facts.kind)) row.remove();
    for (const row of element.querySelectorAll("[data-if]")) if (!facts[row.dataset.if]) row.remove();
    for (const row of element.querySelectorAll("[data-percent]")) {
      if ((facts.percent === 100) !== (row.dataset.percent === "all")) row.remove();
    }
    for (const place of element.querySelectorAll("[data-fact]")) {
      const name = place.dataset.fact;
      place.textContent = DAYS.includes(name) ? inWords(facts[name]) : facts[name];
    }
    for (const marking of element.querySelectorAll(".marking")) {
      const check = document.createElement("span");
      check.textContent = facts.number.slice(-1);
      marking.replaceChildren(facts.number.slice(0, -1).match(/.{1,4}/g).join(" "), check);
    }
    for (const link of element.querySelectorAll("a[data-number]")) link.href = `${data.site}/verify/${facts.number}`;
  };

  const tell = (kind, facts) => {
    const copy = document.getElementById(`answer-${kind}`).content.cloneNode(true);
    fill(copy, facts);
    answer.replaceChildren(copy);
    answer.focus();
  };

  const check = async (pasted) => tell(...(await judge(pasted)));

  document.getElementById("form").addEventListener("submit", (event) => {
    event.preventDefault();
    check(field.value);
  });

  const fromAddress = () => {
    if (location.hash.length < 2) return;
    field.value = location.hash;
    check(location.hash);
  };
  addEventListener("hashchange", fromAddress);

  /* Where the browser can find a code in a picture, it is asked to. */
  const offerPicture = async () => {
    const formats = await globalThis.BarcodeDetector?.getSupportedFormats?.();
    if (!formats?.includes("qr_code")) return;
    const picture = document.getElementById("picture");
    document.getElementById("by-picture").hidden = false;
    picture.addEventListener("change", async () => {
      if (!picture.files.length) return;
      try {
        const [found] = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(picture.files[0]));
        field.value = found.rawValue;
      } catch {
        tell("blank", {});
        return;
      }
      check(field.value);
    });
  };

  document.getElementById("needs-script").remove();
  document.getElementById("work").hidden = false;
  fromAddress();
  offerPicture();
}
