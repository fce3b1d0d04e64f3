"""**params takes parameters of any name. A body that is not JSON is in the parameters body (bytes) and content_type."""


def callme(body=None, content_type=None, **params):
    if body is not None:
        return {"content_type": content_type, "bytes": len(body), "text": body.decode("utf-8", "replace")}
    return {"params": params}
