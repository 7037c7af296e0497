export function css(tokens: unknown): string
export function theme(tokens: unknown): string
export function source(): unknown
