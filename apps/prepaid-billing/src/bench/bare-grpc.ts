/** The same methods, served by grpc-js and nothing else: what a call costs before anything is done. */
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { PostingStreamServiceService, PostManyResponse, type PostManyRequest } from '@youdian/contracts-billing/post_many';
import { PrepaidBillingServiceService, TopUpResponse } from '@youdian/contracts-billing/prepaid_billing';

const answer = TopUpResponse.fromPartial({ postingId: '00-1', accountNo: '0000000001', amountFen: 5_000n, invoiceNo: '00-00000001', balanceFen: 5_000n, postedOn: '2026-03-02', postedAt: new Date(0) });
const server = new Server();
server.addService({ topUp: PrepaidBillingServiceService.topUp }, { topUp: (_call: unknown, reply: (error: null, response: TopUpResponse) => void) => reply(null, answer) });
server.addService({ postMany: PostingStreamServiceService.postMany }, {
  postMany: (call: ServerDuplexStream<PostManyRequest, PostManyResponse>) => {
    call.on('data', ({ index }: PostManyRequest) => call.write(PostManyResponse.fromPartial({ index, topUp: answer }))).on('end', () => call.end());
  },
});
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`listening on ${port}\n`);
});
