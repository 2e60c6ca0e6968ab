import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { keyIn } from "../state/key.js";
import type { Model } from "../state/model.js";
import { say } from "../words/say.js";
import { Mark } from "./mark.js";

/** Asks for a read key. */
export function SignIn({ model }: { readonly model: Model }): JSX.Element {
  const [text, setText] = useState("");
  const [remember, setRemember] = useState(false);
  const [wrong, setWrong] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  const submit = (event: Event): void => {
    event.preventDefault();
    const key = keyIn(text);
    setWrong(key === null);
    if (key === null) field.current?.focus();
    else model.signIn(key, remember ? "device" : "tab");
  };
  const problem = wrong ? say.keyWrong : model.refused.value ? say.keyRefused : "";
  return (
    <main class="sign">
      <form class="panel sign-form" onSubmit={submit} noValidate>
        <Mark />
        <h1 class="sign-title">{say.signIn}</h1>
        <p class="sign-hint">{say.signInHint}</p>
        <label class="sign-label" for="key">
          {say.keyLabel}
        </label>
        <input
          id="key"
          ref={field}
          class="input sign-key"
          type="password"
          autocomplete="off"
          spellcheck={false}
          placeholder={say.keyExample}
          aria-invalid={problem !== ""}
          aria-describedby="key-problem"
          value={text}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            setWrong(false);
          }}
        />
        <p id="key-problem" class="sign-problem" role="alert">
          {problem}
        </p>
        <label class="check">
          <input
            type="checkbox"
            checked={remember}
            onChange={({ currentTarget }) => setRemember(currentTarget.checked)}
          />
          <span>{say.remember}</span>
        </label>
        <button type="submit" class="button button-main">
          {say.open}
        </button>
        <p class="sign-how">
          {say.howTo} <code>{say.howToCommand}</code>
        </p>
      </form>
    </main>
  );
}
