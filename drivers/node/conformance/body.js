export const callme = ({ body, content_type = null }) => ({ size: body.length, content_type });
