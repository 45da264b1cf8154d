import type { ReactNode } from 'react'
import { useApp } from '../stores/app-context.tsx'
import { strings } from './strings.ts'

/** A text in which the word Settings leads there. */
export function WithSettings({ text }: { readonly text: string }): ReactNode {
  const { ui } = useApp()
  const word = strings.nav.settings
  const at = text.search(new RegExp(`\\b${word}\\b`))
  if (at < 0) return text
  return (
    <>
      {text.slice(0, at)}
      <button
        type="button"
        className="ps-link ps-action"
        style={{ fontSize: 'inherit' }}
        onClick={() => ui.setState({ view: 'settings', dialog: null })}
      >
        {word}
      </button>
      {text.slice(at + word.length)}
    </>
  )
}
