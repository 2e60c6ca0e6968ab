"use client";
import { useTrack } from "@isotherm/react";
import { useState } from "react";

export function Applause({ note }: { note: string }) {
  const track = useTrack();
  const [claps, setClaps] = useState(0);
  const clap = () => {
    setClaps(claps + 1);
    track("applause", { note });
  };
  return (
    <button type="button" onClick={clap}>
      {claps ? `Thank you, ${claps} times` : "Applaud"}
    </button>
  );
}
