/** The page for the cashier's day: shifts, their close to zero, and who signs it off. */
import { shanghaiDay } from '../days.js';
import { openPage } from '../staff/shell.js';
import { dayView } from './day.js';
import { shiftView } from './shift.js';
import { say } from './words.js';

openPage({
  say, subject: 'shift',
  view: (shown, address) => {
    const shiftId = address.get('shift');
    return shiftId ? shiftView(shown, shiftId) : dayView(shown, address.get('day') ?? shanghaiDay(new Date()));
  },
});
