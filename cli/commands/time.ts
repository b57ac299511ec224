/** UTC to the second, e.g. `2026-11-01T12:00:00Z`. */
export function timestamp(date: Date | undefined): string | undefined {
  return date && `${date.toISOString().slice(0, 19)}Z`;
}

/** The two greatest units, e.g. `1d 4h`, `12m 5s`. */
export function duration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [Math.floor(seconds) % 60, 's'],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  return first < 0 ? '0s' : parts.slice(first, first + 2).map(([amount, unit]) => `${amount}${unit}`).join(' ');
}
