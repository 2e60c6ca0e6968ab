for (const link of document.querySelectorAll("a[data-plan]")) {
  link.addEventListener("click", () => {
    document.querySelector("select[name=plan]").value = link.dataset.plan;
  });
}

document.getElementById("trial-form")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const berths = new FormData(form).get("berths");
  // What the script tag offers to the page: a conversion with its value, the price of a season.
  globalThis.isotherm?.goal?.("trial", { value: 9 * Number(berths), currency: "EUR" });
  form.querySelector("[role=status]").textContent = "Thank you. A harbour with your pontoons will be ready tomorrow.";
  form.querySelector("button").disabled = true;
});
