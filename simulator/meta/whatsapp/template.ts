interface Button { type: string; text: string; url?: string; phone_number?: string; example?: unknown }
export interface Component { type: "HEADER" | "BODY" | "FOOTER" | "BUTTONS"; format?: string; text?: string; buttons?: Button[]; example?: unknown }
/** A template as Graph tells it. */
export interface Template { id: string; name: string; language: string; status: string; category: string; parameter_format: "POSITIONAL" | "NAMED"; components: Component[]; quality_score: { score: string }; rejected_reason: string }
