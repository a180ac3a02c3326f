/**
 * What a batch makes lives until it is durable and published. V8 takes that for what stays, and makes it in the old generation,
 * where what is dead keeps alive what is young. Told not to, a posting takes a seventh less CPU.
 */
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--no-allocation-site-pretenuring');
