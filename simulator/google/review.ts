/** A review as Google's API has it. https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews */
export interface Review {
  name: string; reviewId: string; reviewer: { displayName: string; isAnonymous: boolean }; starRating: string; comment?: string; createTime: string; updateTime: string;
  reviewReply?: { comment: string; updateTime: string; reviewReplyState: string; policyViolation?: string };
}
