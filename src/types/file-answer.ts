/** An answer that is a file: written as fast as its reader reads, and no faster. */
export interface FileAnswer {
  readonly name: string
  /** Its media type. */
  readonly type: string
  /**
   * A part can be written over once the part after the next is asked for. What is thrown on the way breaks the connection off, once what
   * came before has left. The signal says that nobody reads any more.
   */
  readonly file: (signal: AbortSignal) => AsyncIterable<Uint8Array>
}
