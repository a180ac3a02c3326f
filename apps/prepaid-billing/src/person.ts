/** Who does something, as a decision has to know it. */
export interface Person {
  readonly id: string;
  /** `role:id` */
  readonly name: string;
}
