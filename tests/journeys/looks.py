"""What a browser finds wrong with how a page looks: wider than its screen, or words too faint for their ground."""

from playwright.sync_api import Page

WIDER = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return "";
  const far = (box) => box.getBoundingClientRect().right > page.clientWidth + 1;
  const out = [...document.querySelectorAll("body *")].filter(far);
  const names = out.slice(0, 3).map((one) => `${one.tagName}.${one.className}`).join(" ");
  return `${names} ${page.scrollWidth} > ${page.clientWidth}`;
}"""
# Text on a picture or gradient is not measured, nor what cannot be used at the moment: WCAG asks for neither.
FAINT = """() => {
  const paint = document.createElement("canvas").getContext("2d", {willReadFrequently: true}), known = new Map();
  const parts = (colour) => {
    if (!known.has(colour)) {
      paint.clearRect(0, 0, 1, 1);
      paint.fillStyle = colour;
      paint.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = paint.getImageData(0, 0, 1, 1).data;
      known.set(colour, [r, g, b, a / 255]);
    }
    return known.get(colour);
  };
  const over = (top, below) => [0, 1, 2].map((at) => top[at] * top[3] + below[at] * (1 - top[3])).concat(1);
  const light = (colour) => {
    const [r, g, b] = colour.map((one) => (one / 255 <= 0.03928 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.backgroundImage.includes("gradient")) return null;
      layers.push(parts(style.backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const found = new Set();
  const look = (element, colour, words) => {
    const below = ground(element), style = getComputedStyle(element), ink = [...parts(colour)];
    for (let one = element; one; one = one.parentElement) ink[3] *= Number(getComputedStyle(one).opacity);
    if (!below || ink[3] < 0.05) return;
    const [most, least] = [light(over(ink, below)), light(below)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize), big = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (most + 0.05) / (least + 0.05);
    if (ratio < (big ? 2.99 : 4.49)) found.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)} ${words.slice(0, 24)}`);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const words = texts.currentNode.data.trim(), element = texts.currentNode.parentElement;
    if (!words || element.closest("script, style, option, noscript, svg, :disabled, [inert], .djs-container")) continue;
    if (element.checkVisibility({visibilityProperty: true}) && element.getBoundingClientRect().width > 2) look(element, getComputedStyle(element).color, words);
  }
  for (const field of document.querySelectorAll("input[placeholder], textarea[placeholder]"))
    if (field.checkVisibility() && !field.value) look(field, getComputedStyle(field, "::placeholder").color, field.placeholder);
  return [...found];
}"""


def wrong_with(page: Page) -> list[str]:
    """In the theme it came in, and in the other one, chosen as somebody would."""
    found = [wide] if (wide := page.evaluate(WIDER)) else []
    found += page.evaluate(FAINT)
    button = page.locator("[data-toggle-theme]")
    if button.count():
        button.first.evaluate("button => button.click()")
        found += [f"after the change of theme: {one}" for one in page.evaluate(FAINT)]
    return found
