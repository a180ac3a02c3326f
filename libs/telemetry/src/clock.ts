/** Time is always handed in, so that any run can be replayed. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
