// Light, dark, or as the system is. The server sets the first paint from the cookie. What was chosen is not in
// `data-theme`: Tabler listens to that one too, and would keep the colours of the page as it came.

type Theme = "light" | "dark" | "auto";

const system = matchMedia("(prefers-color-scheme: dark)");

function shown(theme: Theme): "light" | "dark" {
  return theme === "auto" ? (system.matches ? "dark" : "light") : theme;
}

function apply(theme: Theme): void {
  document.documentElement.dataset.bsTheme = shown(theme);
  document.dispatchEvent(new CustomEvent("themechange"));
}

export function startTheme(): void {
  const root = document.documentElement;
  let theme = (root.dataset.chosenTheme ?? "auto") as Theme;
  apply(theme);
  system.addEventListener("change", () => apply(theme));
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest("[data-toggle-theme]");
    if (!button) return;
    theme = shown(theme) === "dark" ? "light" : "dark";
    const name = root.dataset.themeCookie ?? "theme";
    const secure = name.startsWith("__Host-") ? ";secure" : "";
    document.cookie = `${name}=${theme};path=/;max-age=31536000;samesite=lax${secure}`;
    apply(theme);
  });
}
