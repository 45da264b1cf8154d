export function healthUrl(args: readonly string[]): string | null
