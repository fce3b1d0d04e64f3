def main(args):
    print("greeting", args.get("name"))
    return {"greeting": f"Hello, {args.get('name', 'stranger')}!"}
