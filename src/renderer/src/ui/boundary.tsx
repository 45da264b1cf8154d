import { Component } from 'react'
import type { ReactNode } from 'react'
import { strings } from './strings.ts'

interface Props {
  readonly children: ReactNode
}

interface State {
  readonly failed: { readonly message: string } | null
}

/** A part of the window that breaks says so, and takes nothing else with it. A change of `key` tries again. */
export class Boundary extends Component<Props, State> {
  override state: State = { failed: null }

  static getDerivedStateFromError(thrown: unknown): State {
    return { failed: { message: thrown instanceof Error ? thrown.message : String(thrown) } }
  }

  override render(): ReactNode {
    const { failed } = this.state
    if (failed === null) return this.props.children
    // Plain elements: what broke may be the kit.
    return (
      <div className="ps-empty ps-broken" role="alert">
        <strong>{strings.broken.title}</strong>
        <span className="ps-mono">{failed.message}</span>
        <span>{strings.broken.text}</span>
        <span>
          <button type="button" onClick={() => this.setState({ failed: null })}>
            {strings.broken.again}
          </button>{' '}
          <button type="button" onClick={() => location.reload()}>
            {strings.broken.reload}
          </button>
        </span>
      </div>
    )
  }
}
