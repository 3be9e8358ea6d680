import type { LucideProps } from "lucide-solid";
import type { Component } from "solid-js";

/** A glyph of the icon set, or anything drawn to the same measures. */
export type Icon = Component<LucideProps>;
