for (const link of document.querySelectorAll("a[data-plan]")) {
  link.addEventListener("click", () => {
    document.querySelector("select[name=plan]").value = link.dataset.plan;
  });
}

document.getElementById("trial-form")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const plan = new FormData(form).get("plan");
  // What the script tag offers to the page: a conversion with its value, without a word of what was typed.
  globalThis.isotherm?.goal?.("trial", { plan });
  form.querySelector("[role=status]").textContent = "Thank you. A harbour with your pontoons will be ready tomorrow.";
  form.querySelector("button").disabled = true;
});
