// A page that is opened to be printed.

window.addEventListener("load", () => window.print());

export {};
