/** Why a text cannot be a webhook's URL; null when it can. The text itself is never repeated: it may hold a secret. */
export function webhookProblem(text: string): string | null {
  const [, scheme = '', host = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\s]+)(?:[/?#]\S*)?$/i.exec(text) ?? []
  if (host === '') return 'not a URL; write https://host/path'
  if (!/^https?$/i.test(scheme)) return 'a webhook begins with http:// or https://'
  if (host.includes('@')) return 'a webhook has no user name or password in its URL'
  return null
}
