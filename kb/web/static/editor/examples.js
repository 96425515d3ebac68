// The canned queries as examples: searched as one types, and put into the editor without leaving the page.
import { counted } from "./elements.js";

/** Makes a list of links to examples ready; `take` is given the text of the one that is chosen, and its question. */
export function readyExamples(list, root, take, fail) {
  const search = list.querySelector("#example-search");
  const count = list.querySelector("#example-count");
  const links = [...list.querySelectorAll("a[data-name]")];
  search.closest("p").hidden = false;
  const find = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const link of links) {
      const text = `${link.textContent} ${link.dataset.words}`.toLowerCase();
      link.closest("li").hidden = !words.every((word) => text.includes(word));
    }
    for (const section of list.querySelectorAll("section")) section.hidden = !section.querySelector("li:not([hidden])");
    const left = links.filter((link) => !link.closest("li").hidden).length;
    count.textContent = words.length ? `${counted(left, "example")} of ${links.length}` : "";
  };
  search.addEventListener("input", find);
  list.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-name]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    try {
      const response = await fetch(`${root}/queries/${link.dataset.name}?format=rq`);
      if (!response.ok) throw new Error(`status ${response.status}`);
      take(exampleText(await response.text(), link.textContent), link);
    } catch (error) {
      fail(`The example cannot be read: ${error.message}`);
    }
  });
}

/** Returns a canned query with its question as a comment in place of its header. */
export function exampleText(text, question) {
  const body = text.split("\n").filter((line) => !line.startsWith("#+")).join("\n").trimStart();
  return `# ${question}\n${body}`;
}
