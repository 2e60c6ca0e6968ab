import type { Capture } from "../capture.js";
import { eventElement } from "../event-element.js";
import { ignored } from "../ignored.js";

// Names of keys: https://www.w3.org/TR/uievents-key/. What stands for a character is none of these.
const categories = {
  navigation: /^(Arrow|Page|Home|End|Tab)/,
  editing: /^(Backspace|Delete|Insert|Enter|Cut|Copy|Paste|Undo|Redo)/,
  modifier: /^(Shift|Control|Alt|Meta|Fn|\w+Lock)/,
  system: /^(Escape|F\d|Context|Print|Pause|Help|Browser|Media|Audio|Launch)/,
  other: /./,
};
type Category = keyof typeof categories;

/** Records of what kind the keys are that are pressed, never which; of characters that are typed into a field not even that there were any. */
export function keyboard(): Capture {
  return (emit, { activity, listen }) => {
    listen<KeyboardEvent>(window, "keydown", (event) => {
      const element = eventElement(event);
      if (!event.isTrusted || event.repeat || !element || ignored(element)) return;
      const cat = (Object.keys(categories) as Category[]).find((name) => categories[name].test(event.key));
      // Their number and rhythm would tell of what is written.
      const typed = cat === "other" && element.closest("input,textarea,select,[contenteditable]");
      if (cat && !typed) emit({ type: "keyboard", cat }, activity());
    });
    return () => {};
  };
}
