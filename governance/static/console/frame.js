// What the theme's pages say in attributes, said here: the console allows no code in pages, so
// Alpine runs in the build that reads plain expressions only and knows no global function.

document.addEventListener("alpine:init", () => {
  const { Alpine } = window;

  Alpine.data("theme", window.theme);
  Alpine.data("searchForm", window.searchForm);
  Alpine.data("searchDropdown", window.searchDropdown);

  // The page as a whole: which tab is open, and whether the menu is.
  Alpine.data("frame", (firstTab) => ({
    activeTab: "",
    sidebarMobileOpen: false,
    sidebarDesktopOpen: localStorage.getItem("sidebarDesktopOpen") !== "0",
    init() {
      this.activeTab = window.getCurrentTab() || firstTab || "";
      this.$watch("sidebarDesktopOpen", (open) => {
        localStorage.setItem("sidebarDesktopOpen", open ? "1" : "0");
      });
    },
  }));
});
