def callme(body, content_type=None):
    return {"size": len(body), "content_type": content_type}
