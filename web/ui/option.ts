/** One of several to choose from. */
export interface Option<T extends string> { value: T; label: string; hint?: string; disabled?: boolean }
