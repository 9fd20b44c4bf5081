import { Component, type ReactNode } from 'react'
import { ProblemView } from './problem-view.tsx'

/** Keeps a fault inside the panel that has it. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null }

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error }
  }

  override render(): ReactNode {
    return this.state.error === null ? this.props.children : <ProblemView error={this.state.error} />
  }
}
