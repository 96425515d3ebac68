// Makes elements whose content is text, whatever is in it: `element("p", {className: "x"}, "text", child)`.

/** Returns a new element with these properties; those with a `-` or that begin with `aria` or `role` are attributes. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (key.includes("-") || ["role", "lang", "scope", "for"].includes(key)) made.setAttribute(key, value);
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

/** Returns a number as people write it. */
export const number = (value) => value.toLocaleString("en");

/** Returns a number and the word for what it counts, as in "1 row" and "2,000 rows". */
export const counted = (value, word, plural = `${word}s`) => `${number(value)} ${value === 1 ? word : plural}`;
