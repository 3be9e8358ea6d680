/** Pure. A number in groups, as people read it aloud; anything else as it is. */
export function shownAddress(address: string): string {
  // A group's address is everybody's, and its name may hold numbers of those who have told none.
  if (/^\+\d+,|, ?\+\d+(?:,|$)/.test(address)) return address.split(/, ?/).map(shownAddress).join(", ");
  if (!/^\+\d{7,15}$/.test(address)) return address;
  const american = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(address);
  return american ? `+1 ${american.slice(1).join(" ")}` : address.replace(/(\d)(?=(?:\d{3})+$)/g, "$1 ");
}
