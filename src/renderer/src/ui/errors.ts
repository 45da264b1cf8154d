import { capital } from '../../../shared/capital.ts'
import { strings } from './strings.ts'

/** A failure as the interface tells it. */
export interface Failure {
  readonly code: string
  readonly message: string
  /** What can be done; empty when there is nothing to add. */
  readonly hint: string
}

/**
 * Any thrown value in words, with advice where its code is known.
 * @param said turns the ids of a sentence into the form that the network's people know
 */
export function describeFailure(thrown: unknown, said: (sentence: string) => string = (sentence) => sentence): Failure {
  const code = readText(thrown, 'code') ?? readText(readField(thrown, 'data'), 'code') ?? 'Internal'
  const message = readText(thrown, 'message') ?? String(thrown)
  return failure(code, said(message))
}

/** A failure from its code and message. */
export function failure(code: string, message: string): Failure {
  return { code, message, hint: strings.hints[code] ?? '' }
}

/** An error's message as a sentence: messages begin small and have no full stop. */
export function sentence(message: string): string {
  return `${capital(message)}${/[.!?]$/.test(message) ? '' : '.'}`
}

function readField(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined
}

function readText(value: unknown, name: string): string | null {
  const field = readField(value, name)
  return typeof field === 'string' && field !== '' ? field : null
}
