import { configure } from "@solidjs/testing-library";

// A busy machine draws late; what is waited for takes this long only when it never comes.
configure({ asyncUtilTimeout: 5_000 });
