// How figures look.

/** How long ago a time was, from the difference in milliseconds. */
export function age(ms) {
  const seconds = Math.round(ms / 1_000);
  if (Math.abs(seconds) < 2) {
    return "now";
  }
  if (seconds < 0) {
    return `in ${amount(-seconds)}`;
  }
  return `${amount(seconds)} ago`;
}

function amount(seconds) {
  if (seconds < 120) {
    return `${seconds} s`;
  }
  if (seconds < 7_200) {
    return `${Math.round(seconds / 60)} min`;
  }
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}

/** Microseconds as a short text: 850 µs, 1.2 ms, 3.4 s. */
export function micros(us) {
  if (us === undefined || us === null) {
    return "–";
  }
  if (us < 1_000) {
    return `${Math.round(us)} µs`;
  }
  return us < 1_000_000 ? `${digits(us / 1_000)} ms` : `${digits(us / 1_000_000)} s`;
}

export function digits(number) {
  if (number >= 100 || Number.isInteger(number)) {
    return String(Math.round(number));
  }
  return number.toFixed(number >= 10 ? 1 : 2);
}

export function bytes(count) {
  return count < 1_024 ? `${count} B` : count < 1_048_576 ? `${digits(count / 1_024)} KiB` : `${digits(count / 1_048_576)} MiB`;
}
