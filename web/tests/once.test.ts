import { expect, test } from "vitest";
import { Once } from "../src/portal/once";

test("what is under way is not begun again, and afterwards it may be", async () => {
  const once = new Once();
  let begun = 0;
  let finish = (): void => undefined;
  const work = (): Promise<void> => {
    begun += 1;
    return new Promise((resolve) => (finish = resolve));
  };
  const first = once.run("a", work);
  for (let i = 0; i < 20; i += 1) await once.run("a", work);
  expect(begun).toBe(1);
  finish();
  await first;
  void once.run("a", work);
  expect(begun).toBe(2);
});

test("work that fails may be tried again", async () => {
  const once = new Once();
  await expect(once.run("a", () => Promise.reject(new Error("away")))).rejects.toThrow("away");
  let begun = false;
  await once.run("a", () => Promise.resolve(void (begun = true)));
  expect(begun).toBe(true);
});
