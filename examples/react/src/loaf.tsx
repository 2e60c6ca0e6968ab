/** A bread, in the colour of its crust. */
export function Loaf({ crust }: { crust: string }) {
  return (
    <svg className="loaf" viewBox="0 0 160 100" aria-hidden="true">
      <ellipse cx="80" cy="90" rx="66" ry="6" fill="currentColor" opacity="0.12" />
      <path d="M12 66C12 32 42 14 80 14s68 18 68 52c0 18-26 22-68 22S12 84 12 66Z" fill={crust} />
      <path
        d="m52 30 10 34m18-38 10 38m16-34 9 30"
        stroke="#fbe9d2"
        strokeWidth="7"
        strokeLinecap="round"
        opacity=".85"
      />
    </svg>
  );
}
