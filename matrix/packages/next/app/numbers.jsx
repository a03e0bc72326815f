"use client";
import { useEffect } from "react";
import { probe } from "../probe.js";
import { numbers } from "../numbers.js";

export function Numbers() {
  const text = numbers();
  useEffect(() => {
    globalThis.probed = { ...probe(), numbers: text };
  }, [text]);
  return <p id="numbers">{text}</p>;
}
