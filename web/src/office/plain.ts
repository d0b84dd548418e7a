/** Texts as people type them in a hurry: no case, no marks. */

/** Return ``text`` in small letters without Vietnamese marks; "đ" is "d". */
export function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase()
    .trim();
}
